"""One module a file format: a parsed source in, the bytes of a file out."""
