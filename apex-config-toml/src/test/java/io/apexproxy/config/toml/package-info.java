/**
 * Tests of reading and watching real files in temporary directories. {@code TomlContractTest} checks the contract of
 * configuration sources. {@code TomlSourceTest} covers the ways in which people and programs write a file. Each other
 * test covers one class. {@code Recorder} records the calls of an observer.
 */
package io.apexproxy.config.toml;
