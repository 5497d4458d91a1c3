/** Tests of the backend source {@code docker} with {@code StubDocker}; a test of the distribution has a real daemon. */
package io.apexproxy.source.docker;
