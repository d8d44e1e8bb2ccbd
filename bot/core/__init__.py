"""Pure decisions: no clock, network, environment or database."""
