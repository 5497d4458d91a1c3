/** Tests of {@code apex convert}, with pairs of sources and results as resources. */
package io.apexproxy.runtime.cli.convert;
