if 1 != 2 then print("differs") end
