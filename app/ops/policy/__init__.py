"""What the kit and the miner decide: pure."""
