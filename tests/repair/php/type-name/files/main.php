<?php
function twice(integer $n): int
{
    return $n * 2;
}
echo twice(4), PHP_EOL;
