"""The logic behind ./zilu: set-up, embedded servers, processes, test run; imports no room."""
