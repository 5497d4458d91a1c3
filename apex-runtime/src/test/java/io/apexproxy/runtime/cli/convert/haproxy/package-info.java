/** Tests of the translation of configurations of HAProxy. */
package io.apexproxy.runtime.cli.convert.haproxy;
