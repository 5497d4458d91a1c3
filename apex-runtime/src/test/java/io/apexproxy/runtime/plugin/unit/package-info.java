/** Tests of API versions and of plugin files that other users can change. */
package io.apexproxy.runtime.plugin.unit;
