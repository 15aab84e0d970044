"""Why one video becomes a storm: models of herds."""
