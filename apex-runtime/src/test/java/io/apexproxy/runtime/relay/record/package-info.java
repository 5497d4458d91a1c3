/** Tests of the access log. */
package io.apexproxy.runtime.relay.record;
