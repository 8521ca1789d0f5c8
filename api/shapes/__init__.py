"""What goes in and out, one module a subject. A `…Body` is checked; a `…Answer` only describes what is answered."""
