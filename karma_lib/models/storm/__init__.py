"""Why one video becomes a storm: models of attention, outrage and correction."""
