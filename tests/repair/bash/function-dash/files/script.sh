say-hi() { echo hi; }
say-hi
