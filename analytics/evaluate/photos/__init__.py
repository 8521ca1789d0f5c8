"""The measuring of photos, examined on rendered scenes whose truth is known: `make evaluate-photos`."""
