"""The machine: paths, files, clock, settings, logs, staying awake."""
