case a in
  a) echo A;;
  b) echo B;;
