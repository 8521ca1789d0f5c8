"""`make screens`: the product's pictures, made from the demo."""
