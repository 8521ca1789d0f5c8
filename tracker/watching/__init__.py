"""What an operator sees from outside: log lines, metrics, fault reports. Numbers and places in the code, nobody's words."""
