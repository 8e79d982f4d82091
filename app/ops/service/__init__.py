"""Writes of the kit and the miner."""
