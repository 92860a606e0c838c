int total = 2;
