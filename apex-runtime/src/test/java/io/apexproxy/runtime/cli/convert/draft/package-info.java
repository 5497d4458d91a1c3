/** Tests of what both translators use. */
package io.apexproxy.runtime.cli.convert.draft;
