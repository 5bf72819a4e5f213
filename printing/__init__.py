"""Documents as such, whatever they say: typefaces, PDF, the press, the seal, signatures."""
