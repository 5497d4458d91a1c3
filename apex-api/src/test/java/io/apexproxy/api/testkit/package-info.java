/**
 * What every plugin can be held to: one abstract JUnit class per kind of plugin, and the few stand-ins for what the
 * runtime lends to it.
 *
 * <p>A plugin's test extends the contract of its kind and names its provider; tests of its own come on top. The
 * package is published as {@code apex-api} with the classifier {@code tests}; JUnit, AssertJ and Awaitility are the
 * user's to bring.
 */
package io.apexproxy.api.testkit;
