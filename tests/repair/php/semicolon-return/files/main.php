<?php
function f($x) {
    return $x + 1
}
echo f(1);
