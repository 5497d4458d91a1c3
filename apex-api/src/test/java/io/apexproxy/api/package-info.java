/**
 * Tests of what authors of plugins rely on: {@code SinceTest} that every type tells its version, {@code
 * MapSettingsTest} that the test kit's settings are as strict as the runtime's.
 */
package io.apexproxy.api;
