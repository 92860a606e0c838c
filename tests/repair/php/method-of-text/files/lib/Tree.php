<?php
declare(strict_types=1);

namespace Park;

class Tree
{
    public function __construct(private string $name, private int $age)
    {
        if ($age < 0) {
            throw new InvalidArgumentException('age');
        }
    }

    public function line(): string
    {
        $name = $this->name;
        return $name->toUpperCase() . ' ' . $this->age;
    }
}
