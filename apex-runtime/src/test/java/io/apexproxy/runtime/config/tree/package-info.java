/**
 * Tests of reading tables and values of a tree. {@code TreeFixture} makes trees that read like configurations.
 */
package io.apexproxy.runtime.config.tree;
