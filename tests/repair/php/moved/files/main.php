<?php
$word = "abc";
$list = ["x" => "{y}"];
echo $word{0} . $list["x"]{1} . "{$word[2]}", is_real(1.5), "is_real()";
