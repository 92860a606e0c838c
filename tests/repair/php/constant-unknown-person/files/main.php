<?php
echo rate * 2, PHP_EOL;
