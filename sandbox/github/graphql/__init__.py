"""GraphQL over the same world: GitHub's own schema cut down to what is answered here."""
