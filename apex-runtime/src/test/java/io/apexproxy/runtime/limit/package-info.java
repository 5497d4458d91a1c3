/** Tests of the limits that follow from the resources of the process. */
package io.apexproxy.runtime.limit;
