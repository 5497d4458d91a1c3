/**
 * Helpers of tests. Helpers for authors of plugins are in the test kit of apex-api instead.
 */
package io.apexproxy.test;
