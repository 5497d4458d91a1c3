/** Tests of the translation of configurations of nginx. */
package io.apexproxy.runtime.cli.convert.nginx;
