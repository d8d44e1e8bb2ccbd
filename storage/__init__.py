"""The truth: tables, transactions, and the few questions the product asks of them."""
