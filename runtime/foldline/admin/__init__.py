"""Functions for those who look after the system; each verb of the command line calls one."""
