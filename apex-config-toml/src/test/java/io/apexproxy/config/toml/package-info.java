/**
 * Tests of reading and watching a file, on real files in a directory of their own. {@code TomlContractTest} holds the
 * source to what every configuration source is held to; {@code TomlSourceTest} writes the file in every way in which
 * people and programs do; the others take one class each. {@code Recorder} keeps what an observer is told.
 */
package io.apexproxy.config.toml;
