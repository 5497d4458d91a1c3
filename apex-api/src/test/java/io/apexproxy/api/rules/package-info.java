/**
 * Tests of the API for plugin authors. {@code SinceTest} checks that every type has a version. {@code MapSettingsTest}
 * checks that the settings of the test kit are as strict as those of the runtime. {@code RouterContractTest} checks
 * that the contract of routers finds violations.
 */
package io.apexproxy.api.rules;
