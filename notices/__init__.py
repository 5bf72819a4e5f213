"""Official documents as such: numbers, dossiers, rendering, service, verification."""
