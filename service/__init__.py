import gc

# What a process makes at its start stays. Looking through all of it for cycles, again and again, is a fifth of the time
# that it needs to start, and holds up requests later on.
gc.set_threshold(50_000, 20, 50)
