/**
 * Tests of reading the configuration: which records come out, which mistakes are told and where, and which changes a
 * reload sees. {@code TreeFixture} makes trees that read like configurations.
 */
package io.apexproxy.runtime.config;
