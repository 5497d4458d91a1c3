/**
 * Test kit for plugins: one abstract JUnit class with the contract of each kind of plugin, and fakes of the runtime's
 * objects.
 *
 * <p>The test of a plugin extends the contract of its kind, returns its provider, and adds its own tests. The package
 * is published as {@code apex-api} with the classifier {@code tests}. Its users add JUnit, AssertJ and Awaitility.
 */
package io.apexproxy.api.testkit;
