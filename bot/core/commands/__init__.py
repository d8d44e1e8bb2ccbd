"""The slash commands, one module each: syntax, states, transition and refusals."""
