/** Tests of reading tables and values of a tree. {@code TreeFixture} creates trees from TOML. */
package io.apexproxy.runtime.config.tree;
