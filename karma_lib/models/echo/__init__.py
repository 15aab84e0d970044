"""Why we hear ourselves: models of opinions, feeds and echo chambers."""
