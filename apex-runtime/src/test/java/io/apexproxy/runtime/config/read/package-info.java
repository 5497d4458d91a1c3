/**
 * Tests of reading a configuration: the resulting records, and the mistakes with their origins. {@code Mistakes} has
 * assertions about mistakes.
 */
package io.apexproxy.runtime.config.read;
