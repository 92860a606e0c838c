<?php
function f($x) {
    if ($x) {
        return 1;
    return 2;
}
echo f(0);
