#!/usr/bin/env bats
# What javac says through Maven is repaired as what it says itself

setup() {
	load helper
	heal_setup
	need mvn javac
	plugin=/usr/share/maven-repo/org/apache/maven/plugins/maven-compiler-plugin
	[[ -d $plugin ]] || skip "Debian's libmaven-compiler-plugin-java is not installed"
	version=$(find "$plugin" -mindepth 1 -maxdepth 1 -name '[0-9]*' -printf '%f\n' | sort -V | tail -n 1)
	mkdir -p src/main/java/org/example
	cat >pom.xml <<-'END'
	<project xmlns="http://maven.apache.org/POM/4.0.0">
	  <modelVersion>4.0.0</modelVersion>
	  <groupId>org.example</groupId>
	  <artifactId>jar</artifactId>
	  <version>1.0</version>
	  <properties>
	    <maven.compiler.source>11</maven.compiler.source>
	    <maven.compiler.target>11</maven.compiler.target>
	    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
	  </properties>
	</project>
	END
	echo '<settings><localRepository>/usr/share/maven-repo</localRepository><offline>true</offline></settings>' >settings.xml
	jar=src/main/java/org/example/Jar.java
	printf '%s\n' 'package org.example;' '' 'public class Jar {' '    private int coins;' '' '    public int put(int coin) {' \
		'        coins += coin;' '        return coins;' '    }' '' '    public int twice() {' '        return put(coins);' '    }' '}' >"$jar"
	cp "$jar" right.java
}

heals() {
	heal run --yes -- mvn -o -q -B -s settings.xml "org.apache.maven.plugins:maven-compiler-plugin:$version:compile"
	cmp "$jar" right.java
}

@test "a lost semicolon that Maven reports is put back" {
	sed -i 's/coins += coin;/coins += coin/' "$jar"
	heals
}

@test "a lost parenthesis that Maven reports is put back" {
	sed -i 's/put(coins);/put(coins;/' "$jar"
	heals
}

@test "a misspelt method that Maven reports is corrected" {
	sed -i 's/return put(coins)/return putt(coins)/' "$jar"
	heals
}
