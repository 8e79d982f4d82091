"""The loader: tells the plan's year to the domains, through their bulk doors."""
