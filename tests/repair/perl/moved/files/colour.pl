sub red { "red" }
1;
