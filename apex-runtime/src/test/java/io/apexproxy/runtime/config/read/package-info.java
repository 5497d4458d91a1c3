/**
 * Tests of reading the configuration: which records come out, and which mistakes are reported and where. {@code
 * Mistakes} compares those of a whole configuration.
 */
package io.apexproxy.runtime.config.read;
