"""Why we follow others: models of herds."""
