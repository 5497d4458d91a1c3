/**
 * Tests of what is shipped: each takes a copy of the unpacked distribution and drives {@code bin/apex} as a user does,
 * by what {@code harness} has for it. Here are those of the product: its script and commands, its archives, its
 * documents, the admin endpoint, plugins, and other programs that it works with.
 */
package io.apexproxy.dist;
