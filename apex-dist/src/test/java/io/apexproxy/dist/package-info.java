/**
 * Tests of the distribution. Each test copies the unpacked distribution and runs {@code bin/apex} with the classes of
 * package {@code harness}. This package tests the script, commands, archives, documents, admin endpoint and plugins.
 */
package io.apexproxy.dist;
